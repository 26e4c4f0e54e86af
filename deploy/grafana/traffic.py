"""Dashboards of what carries the work: links, messages, and what was held."""

from deploy.grafana.panels import HERE, Dashboard, Kind, Panel, Query

LINKS = Dashboard(
    "links",
    "链路 · Links",
    (
        Panel(
            "链路状态 · Link state",
            "1 while heartbeats of the other site come, per lane; each end judges for itself.",
            (Query(f"min by (site, peer, lane) (shangda_link_up{{{HERE}}})", "{{site}} → {{peer}} {{lane}}"),),
            Kind.STATES,
            width=24,
        ),
        Panel(
            "未签收 · Crossings without receipt",
            "Facts that left and have no receipt of the other site yet.",
            (Query(f"sum by (site, peer, lane) (shangda_link_unreceipted{{{HERE}}})", "{{site}} → {{peer}} {{lane}}"),),
        ),
        Panel(
            "最早未签收 · Oldest crossing without receipt",
            "The lag of the link as it matters: from leaving to the receiver's receipt.",
            (
                Query(
                    f"max by (site, peer, lane) (shangda_link_unreceipted_oldest_seconds{{{HERE}}})",
                    "{{site}} → {{peer}} {{lane}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "对方搁置或待办 · Held at the other site",
            "Facts that left, are receipted, and that the other site could not apply: parked, or deferred.",
            (
                Query(
                    f"sum by (site, peer, fate) (shangda_link_held_there{{{HERE}}})",
                    "{{site}} → {{peer}} {{fate}}",
                ),
            ),
        ),
        Panel(
            "距上次心跳 · Silence",
            "Since the last heartbeat of the other site; a link is down after 35 s.",
            (
                Query(
                    f"max by (site, peer, lane) (shangda_link_silence_seconds{{{HERE}}})",
                    "{{site}} ← {{peer}} {{lane}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "中间件中的链路队列 · Link queues in the broker",
            "What a shovel has not carried yet; counted by the broker itself.",
            (
                Query(
                    'sum by (site, queue) (rabbitmq_detailed_queue_messages{queue=~"link.*", ' + HERE + "})",
                    "{{site}} {{queue}}",
                ),
            ),
        ),
    ),
)

MESSAGING = Dashboard(
    "messaging",
    "消息 · Messaging per service",
    (
        Panel(
            "每秒处理 · Applied per second",
            "Messages applied and committed.",
            (
                Query(
                    f"sum by (site, service) (rate(shangda_messages_applied_total{{{HERE}}}[$__rate_interval]))",
                    "{{site}} {{service}}",
                ),
            ),
            unit="ops",
        ),
        Panel(
            "处理时的消息年龄 · Age at handling, 95 %",
            "Machine time from the commit at the sender to the commit at the reader. Urgent must stay below routine.",
            (
                Query(
                    "histogram_quantile(0.95, sum by (service, lane, le) "
                    f"(rate(shangda_message_age_seconds_bucket{{{HERE}}}[$__rate_interval])))",
                    "{{service}} {{lane}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "待发与等前一条 · Outbox and stash",
            "Messages that wait for the broker, or for an earlier message.",
            (
                Query(
                    'sum by (site, service, where) (shangda_messages_open{where=~"outbox|stash", ' + HERE + "})",
                    "{{site}} {{service}} {{where}}",
                ),
            ),
        ),
        Panel(
            "其中最早一条 · Oldest in outbox and stash",
            "More than a minute in an outbox, or five in a stash, is alarmed.",
            (
                Query(
                    "max by (site, service, where) "
                    '(shangda_messages_oldest_age_seconds{where=~"outbox|stash", ' + HERE + "})",
                    "{{site}} {{service}} {{where}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "中间件的答复 · Answers of the broker",
            "CONFIRMED is the only good one; everything else is tried again.",
            (
                Query(
                    "sum by (site, service, outcome) "
                    f"(rate(shangda_messages_published_total{{{HERE}}}[$__rate_interval]))",
                    "{{site}} {{service}} {{outcome}}",
                ),
            ),
            unit="ops",
        ),
        Panel(
            "中间件中的队列 · Queues in the broker",
            "Messages per queue as the broker counts them; the ten longest.",
            (
                Query(
                    f"topk(10, sum by (site, queue) (rabbitmq_detailed_queue_messages{{{HERE}}}))",
                    "{{site}} {{queue}}",
                ),
            ),
        ),
        Panel(
            "程序错误 · Faults of ours",
            "Sets that failed because of a fault of ours since the process began; must stay 0.",
            (Query(f"sum by (site, service) (shangda_consumer_faults{{{HERE}}})", "{{site}} {{service}}"),),
        ),
        Panel(
            "重新投递 · Delivered again",
            "Messages given out before without an acknowledgement, since the process began: after crashes and lost"
            " connections, never after a planned restart.",
            (Query(f"sum by (site, service) (shangda_consumer_redelivered{{{HERE}}})", "{{site}} {{service}}"),),
        ),
    ),
)

PARKED = Dashboard(
    "parked",
    "搁置 · Held and parked",
    (
        Panel(
            "按原因 · By cause",
            "What could not be applied: retrying by itself, deferred to an upgrade, or parked for a person.",
            (
                Query(
                    "sum by (site, service, where, cause) "
                    '(shangda_messages_open{where=~"parked|retrying|deferred", ' + HERE + "}) > 0",
                    "件数 · messages",
                ),
                Query(
                    "max by (site, service, where, cause) "
                    '(shangda_messages_oldest_age_seconds{where=~"parked|retrying|deferred", ' + HERE + "}) > 0",
                    "最早一件已等 · oldest",
                ),
            ),
            Kind.TABLE,
            width=24,
        ),
        Panel(
            "搁置件数 · Parked messages",
            "Each holds the later messages of its subject until somebody replays or discards it.",
            (
                Query(
                    'sum by (site, service) (shangda_messages_open{where="parked", ' + HERE + "})",
                    "{{site}} {{service}}",
                ),
            ),
        ),
        Panel(
            "每小时失败 · Failures per hour",
            "Every failure counts, also those that the next try cured.",
            (
                Query(
                    f"sum by (site, service, cause, state) (increase(shangda_messages_held_total{{{HERE}}}[1h]))",
                    "{{site}} {{service}} {{cause}} {{state}}",
                ),
            ),
        ),
    ),
)
