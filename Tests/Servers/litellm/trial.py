"""LiteLLM's proxy before a mock model: what it reports of the same requests as payloads and as spans."""
import json
import os
import time
import urllib.error
import urllib.request

PACKAGES = ["litellm[proxy]", "opentelemetry-api", "opentelemetry-sdk", "opentelemetry-exporter-otlp-proto-http"]
HERE = os.path.dirname(__file__)
KEY = "sk-a-key-of-this-trial-only-0123456789"


def ask(url, model):
    body = {"model": model, "user": "ada@example.com", "temperature": 0.2, "max_tokens": 64, "messages": [{"role": "user", "content": "hello"}],
            "metadata": {"prompt_name": "greeting", "prompt_version": "3"}}
    request = urllib.request.Request(url + "/v1/chat/completions", json.dumps(body).encode(), {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def try_it(trial, free_port):
    port, reports = free_port(), free_port()
    url, told = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{reports}"
    evidence = os.path.join(trial.programme, "evidence")
    receiver = [trial.program("python"), os.path.join(HERE, "receiver.py"), str(reports), evidence]
    proxy = [trial.program("litellm"), "--config", os.path.join(HERE, "config.yaml"), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    with trial.server(receiver, reports, "/"), trial.server(
            proxy, port, "/health/liveliness", LITELLM_MASTER_KEY=KEY, OTEL_EXPORTER="otlp_http", OTEL_ENDPOINT=told + "/v1/traces",
            OTEL_EXPORTER_OTLP_ENDPOINT=told, OTEL_EXPORTER_OTLP_PROTOCOL="http/protobuf", GENERIC_LOGGER_ENDPOINT=told + "/payloads"):
        answered = [ask(url, model) for model in ["assistant", "assistant", "broken"]]
        if answered != [200, 200, 429]:
            raise trial.Wrong(f"the proxy answers {answered}")
        end = time.monotonic() + 60
        while lines(evidence, "payloads.jsonl", '"startTime"') < 3 or lines(evidence, "traces.jsonl", '"litellm.call_id"') < 3:
            if time.monotonic() > end:
                raise trial.Wrong("the proxy does not report the three requests that it was asked")
            time.sleep(0.5)
    trial.add("litellm", "evidence/payloads.jsonl")
    trial.add("litellm-otel", "evidence/traces.jsonl")
    trial.receipts("source", "try", "litellm-otel")
    trial.receipts("collect")
    trial.expect(
        "SELECT model_requested, model IS NOT NULL, provider, operation, temperature, max_tokens, tokens_in, tokens_out, finish_reason, error, has_prompt_text,"
        " subject LIKE 'subj-%' FROM request_log WHERE source = 'litellm-otel' ORDER BY occurred_at",
        [("assistant", 1, "openai", "acompletion", 0.2, 64, 10, 20, "stop", None, 1, 1)] * 2
        + [("broken", 0, "openai", "acompletion", 0.2, 64, None, None, None, "litellm.RateLimitError: this is a mock rate limit error", 1, 1)])
    trial.expect("SELECT model_requested, prompt_id, prompt_version, has_prompt_text, subject LIKE 'subj-%' FROM request_log WHERE source = 'litellm' ORDER BY occurred_at",
                 [("assistant", "greeting", "3", 1, 1)] * 2 + [("broken", "greeting", "3", 1, 1)])
    # Both tell of the same three requests, by the same ids, of the same person.
    trial.expect("SELECT count(*), count(DISTINCT a.request_id), sum(a.subject = b.subject) FROM request_log a JOIN request_log b USING (request_id)"
                 " WHERE a.source = 'litellm' AND b.source = 'litellm-otel'", [(3, 3, 3)])
    trial.expect_sound()
    return f"LiteLLM {trial.version('litellm')}: three requests are told alike by payloads and spans"


def lines(folder, name, word):
    try:
        with open(os.path.join(folder, name)) as file:
            return file.read().count(word)
    except FileNotFoundError:
        return 0
