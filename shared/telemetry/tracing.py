"""Traces: one span per act and per message handled; the context travels in each event's ``traceparent``."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()


class Tracing:
    """Makes spans for one process. With no endpoint the ids still travel, and nothing leaves the process."""

    def __init__(self, site: str, *, otlp_endpoint: str | None = None, processor: SpanProcessor | None = None) -> None:
        self._provider = TracerProvider(resource=Resource.create({"service.name": "shangda", "shangda.site": site}))
        if otlp_endpoint is not None:
            self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint)))
        if processor is not None:
            self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("shangda")

    @contextmanager
    def handling(self, name: str, parent: str | None, attributes: dict[str, str]) -> Iterator[str | None]:
        """Surround the handling of a message whose event carries ``parent``; yield the context for what follows."""
        above = _PROPAGATOR.extract({"traceparent": parent}) if parent else context.Context()
        with self._tracer.start_as_current_span(
            name, context=above, kind=SpanKind.CONSUMER, attributes=attributes, record_exception=False
        ):
            yield self.now()

    @contextmanager
    def serving(self, name: str, parent: str | None) -> Iterator[str | None]:
        """Surround a person's request."""
        above = _PROPAGATOR.extract({"traceparent": parent}) if parent else context.Context()
        with self._tracer.start_as_current_span(name, context=above, kind=SpanKind.SERVER, record_exception=False):
            yield self.now()

    def follow(self, origin: str) -> str | None:
        """Note the current request in the trace of ``origin`` and return its context there.

        A person's act begins a trace of its own, the browser's; the report it is about came with another. The note
        is a span without length in the report's trace; it and the request's span are linked both ways.
        """
        request = trace.get_current_span()
        here, above = request.get_span_context(), _PROPAGATOR.extract({"traceparent": origin})
        if here.trace_id == trace.get_current_span(above).get_span_context().trace_id:
            return self.now()
        name = str(getattr(request, "name", "act"))
        act = self._tracer.start_span(name, context=above, links=[Link(here)] if here.is_valid else None)
        request.add_link(act.get_span_context())
        act.end()
        return _written(act)

    @staticmethod
    def now() -> str | None:
        """Return the current context as a traceparent, None outside any span."""
        return _written(trace.get_current_span())

    def close(self) -> None:
        """Send what is left and stop."""
        self._provider.shutdown()


def _written(span: Span) -> str | None:
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier, trace.set_span_in_context(span, context.Context()))
    return carrier.get("traceparent")


def trace_id(traceparent: str | None) -> str | None:
    """Return the 32 hex digits of a traceparent's trace, None when there is none."""
    if traceparent is None:
        return None
    ids = trace.get_current_span(_PROPAGATOR.extract({"traceparent": traceparent})).get_span_context()
    return format(ids.trace_id, "032x") if ids.is_valid else None
