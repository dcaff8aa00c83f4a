"""Arize Phoenix with authentication, which takes spans over OTLP and shows them page by page to a viewer."""
import http.cookiejar
import json
import os
import time
import urllib.error
import urllib.request

PACKAGES = ["arize-phoenix", "opentelemetry-exporter-otlp-proto-http"]
ADMINISTRATOR = "an-administrator-of-this-trial-0123456789"
READER = {"email": "receipts@example.com", "password": "A-reader-of-this-trial-1"}


def ask(url, body=None, token=None, cookies=None):
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies)) if cookies is not None else urllib.request.build_opener()
    with opener.open(urllib.request.Request(url, json.dumps(body).encode() if body else None, headers)) as answer:
        text = answer.read()
        return json.loads(text)["data"] if text else None


def viewers_key(url):
    user = {**READER, "username": "receipts", "role": "VIEWER", "auth_method": "LOCAL"}
    ask(url + "/v1/users", {"user": user, "send_welcome_email": False}, ADMINISTRATOR)
    # Only who is logged in gets a key.
    cookies = http.cookiejar.CookieJar()
    ask(url + "/auth/login", READER, cookies=cookies)
    return ask(url + "/v1/user/api_keys", {"data": {"name": "receipts"}}, cookies=cookies)["key"]


def shown(url):
    try:
        return len(ask(url, token=ADMINISTRATOR))
    except urllib.error.HTTPError:
        return 0


def try_it(trial, free_port):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    start = [trial.program("phoenix"), "serve"]
    with trial.server(start, port, "/healthz", PHOENIX_HOST="127.0.0.1", PHOENIX_PORT=str(port), PHOENIX_GRPC_PORT=str(free_port()),
                      PHOENIX_WORKING_DIR=trial.folder, PHOENIX_TELEMETRY_ENABLED="false", PHOENIX_ENABLE_AUTH="True",
                      PHOENIX_SECRET="signs-the-tokens-of-this-trial-0123456789", PHOENIX_ADMIN_SECRET=ADMINISTRATOR):
        trial.run([trial.program("python"), os.path.join(os.path.dirname(__file__), "made.py"), url],
                  OTEL_EXPORTER_OTLP_HEADERS=f"authorization=Bearer%20{ADMINISTRATOR}")
        # What was sent is written by and by, and its project with it.
        spans, end = url + "/v1/projects/assistant/spans", time.monotonic() + 60
        while shown(spans + "?limit=100") < 11:
            if time.monotonic() > end:
                raise trial.Wrong("Phoenix does not show the eleven spans that it was sent")
            time.sleep(0.5)
        # Pages of two, and nothing is too young to be asked for.
        trial.add("phoenix", spans, settings=[
            "settle: 0s", "query: {start_time: '{start}', end_time: '{end}', sort: start_time, order: asc, limit: '2'}"])
        trial.receipts("collect", "--source", "phoenix", code=5, PHOENIX_API_KEY="nobodys")
        secret = {"PHOENIX_API_KEY": viewers_key(url)}
        trial.receipts("source", "try", "phoenix", **secret)
        # A window ends at a whole second.
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
