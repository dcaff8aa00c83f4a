"""Arize Phoenix, which takes spans over OTLP and shows them page by page."""
import json
import os
import time
import urllib.error
import urllib.request

PACKAGES = ["arize-phoenix", "opentelemetry-exporter-otlp-proto-http"]


def shown(url):
    try:
        with urllib.request.urlopen(url) as answer:
            return len(json.load(answer)["data"])
    except urllib.error.HTTPError:
        return 0


def try_it(trial, free_port):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    start = [trial.program("phoenix"), "serve"]
    with trial.server(start, port, "/healthz", PHOENIX_HOST="127.0.0.1", PHOENIX_PORT=str(port), PHOENIX_GRPC_PORT=str(free_port()),
                      PHOENIX_WORKING_DIR=trial.folder, PHOENIX_TELEMETRY_ENABLED="false"):
        trial.run([trial.program("python"), os.path.join(os.path.dirname(__file__), "made.py"), url])
        # What was sent is written by and by, and its project with it.
        spans, end = url + "/v1/projects/assistant/spans", time.monotonic() + 60
        while shown(spans + "?limit=100") < 11:
            if time.monotonic() > end:
                raise trial.Wrong("Phoenix does not show the eleven spans that it was sent")
            time.sleep(0.5)
        # Pages of two, and nothing is too young to be asked for.
        trial.add("phoenix", spans, settings=[
            "settle: 0s", "query: {start_time: '{start}', end_time: '{end}', sort: start_time, order: asc, limit: '2'}"])
        secret = {"PHOENIX_API_KEY": "any"}
        trial.receipts("source", "try", "phoenix", **secret)
        time.sleep(1)
        trial.receipts("collect", **secret)
        trial.expect(
            "SELECT operation, provider, model_requested, model, prompt_id, prompt_version, temperature, tokens_in, tokens_out, finish_reason, error, has_prompt_text,"
            " subject LIKE 'subj-%', conversation_id FROM request_log ORDER BY occurred_at",
            [("ChatCompletion", "openai", None, "m-1-2026-02-01", "greeting", "3", None, 12, number, "stop", None, 1, 1, "s-1") for number in range(3)] + [
                ("ChatCompletion", None, None, "m-1", None, None, None, None, None, None, "RateLimitError: slow down", 0, None, None),
                ("chat", "openai", "m-2", "m-2-x", None, None, 0.7, 5, 2, None, None, 0, None, None)])
        trial.expect("SELECT count(DISTINCT trace_id), sum(request_id = 'chatcmpl-9') FROM request_log", [(5, 1)])
        trial.expect_sound()
        # A project that is not there is no empty one.
        trial.add("phoenix", url + "/v1/projects/nobodys/spans", "--id", "nobodys")
        trial.receipts("collect", "--source", "nobodys", code=5, **secret)
    return f"Phoenix {trial.version('arize-phoenix')}: five requests of eleven spans are as they were sent"
