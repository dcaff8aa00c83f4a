"""Spans as an instrumented application sends them over OTLP. usage: made.py URL"""
import json
import sys

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status, StatusCode

provider = TracerProvider(resource=Resource({"openinference.project.name": "assistant"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(sys.argv[1] + "/v1/traces")))
tracer = provider.get_tracer("application")

user = {"session.id": "s-1", "user.id": "ada@example.com"}
for number in range(3):
    with tracer.start_as_current_span("answer", attributes={"openinference.span.kind": "CHAIN", "input.value": "hello", **user}):
        with tracer.start_as_current_span("ChatCompletion", attributes={
                "openinference.span.kind": "LLM", "llm.provider": "openai", "llm.model_name": "m-1-2026-02-01",
                "llm.invocation_parameters": json.dumps({"model": "m-1", "temperature": 0.2}),
                "llm.token_count.prompt": 12, "llm.token_count.completion": number, "llm.finish_reason": "stop", "llm.cost.total": 0.00012,
                "llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": "hello, I am ada@example.com",
                "llm.prompt_template.version": "3", "prompt.id": "greeting", **user}):
            pass
        with tracer.start_as_current_span("orders", attributes={"openinference.span.kind": "TOOL", "tool.name": "orders", "tool.parameters": '{"id": 7}'}):
            pass
with tracer.start_as_current_span("ChatCompletion", attributes={"openinference.span.kind": "LLM", "llm.model_name": "m-1"}) as span:
    span.set_status(Status(StatusCode.ERROR, "RateLimitError: slow down"))
with tracer.start_as_current_span("chat m-2", attributes={
        "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": "m-2", "gen_ai.response.model": "m-2-x",
        "gen_ai.response.id": "chatcmpl-9", "gen_ai.request.temperature": 0.7, "gen_ai.usage.input_tokens": 5, "gen_ai.usage.output_tokens": 2}):
    pass
provider.shutdown()
