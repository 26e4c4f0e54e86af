"""Dashboards of the work itself: what waits for people, and the clocks that run meanwhile."""

from deploy.grafana.panels import HERE, Dashboard, Kind, Panel, Query

CHAIN = Dashboard(
    "chain",
    "上报链 · Chain",
    (
        Panel(
            "各单位各环节积压 · Backlog per office and step",
            "Cases that wait for a person, and how long (business time) the oldest has been in the office.",
            (
                Query(f"sum by (site, office, step) (shangda_backlog_cases{{{HERE}}}) > 0", "件数 · cases"),
                Query(
                    f"max by (site, office, step) (shangda_backlog_oldest_age_seconds{{{HERE}}}) > 0",
                    "最早一件已等 · oldest",
                ),
            ),
            Kind.TABLE,
            width=24,
        ),
        Panel(
            "待办件数 · Waiting cases per step",
            "A step that only grows lacks a reviewer or a signer.",
            (Query(f"sum by (site, step) (shangda_backlog_cases{{{HERE}}})", "{{site}} {{step}}"),),
        ),
        Panel(
            "等得最久 · Longest waits",
            "The ten steps whose oldest case has waited longest.",
            (
                Query(
                    f"topk(10, max by (office, step) (shangda_backlog_oldest_age_seconds{{{HERE}}}))",
                    "{{office}} {{step}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "每小时受理 · Versions accepted per hour",
            "What intake accepted, drills left out.",
            (
                Query(
                    f"sum by (site, urgency) (increase(shangda_intake_versions_accepted_total{{{HERE}}}[1h]))",
                    "{{site}} {{urgency}}",
                ),
            ),
        ),
        Panel(
            "站点就绪 · Doors that work",
            "1: every queue is consumed, every relay moves, every database answers. Below: see the alerts.",
            (Query(f"min by (site, service) (shangda_door_open{{{HERE}}})", "{{site}} {{service}}"),),
            Kind.STATES,
        ),
    ),
)

CLOCKS = Dashboard(
    "clocks",
    "时限 · Clocks",
    (
        Panel(
            "在走的时限 · Running clocks",
            "Clocks that run now, warning copies included.",
            (Query(f"sum by (site, leg) (shangda_clocks_open{{{HERE}}})", "{{site}} {{leg}}"),),
        ),
        Panel(
            "距最近一个时限 · Time to the nearest limit",
            "Until the nearest first late instant of clocks that are still in time; below 0: the scanner is behind.",
            (
                Query(
                    f"min by (site, leg) (shangda_clock_headroom_seconds{{{HERE}}}) < +Inf",
                    "{{site}} {{leg}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "到点后多久处理 · Told how late",
            "How long after it came due a warning or expiry was told. The promise is five seconds.",
            (
                Query(
                    f"sum by (le) (increase(shangda_scanner_overdue_by_seconds_bucket{{{HERE}}}[$__rate_interval]))",
                    "{{le}}",
                ),
            ),
            Kind.HEAT,
            unit="s",
        ),
        Panel(
            "扫描上次完成 · Since the scanner's last pass",
            "Grows only when the scanner is dead.",
            (
                Query(
                    f"time() - max by (site) (shangda_scanner_last_pass_timestamp_seconds{{{HERE}}})",
                    "{{site}}",
                ),
            ),
            unit="s",
        ),
        Panel(
            "一日内最终认定 · Verdicts finalised in a day",
            "By type. Empty until people have finalised one.",
            (
                Query(
                    f"sum by (site, type) (increase(shangda_verdicts_finalised_total{{{HERE}}}[1d]))",
                    "{{site}} {{type}}",
                ),
            ),
        ),
    ),
)
