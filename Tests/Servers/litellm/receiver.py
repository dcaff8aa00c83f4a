"""Stands for what a proxy reports to: writes OTLP as the collector's file exporter does, and payloads one a line. usage: receiver.py PORT FOLDER"""
import base64
import http.server
import json
import os
import sys

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

FOLDER = sys.argv[2]


def hexadecimal(span):
    """OTLP's JSON has ids in hexadecimal, where protobuf's has base64."""
    return {key: base64.b64decode(value).hex() if key in ("traceId", "spanId", "parentSpanId") else value for key, value in span.items()}


class Receiver(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/v1/traces":
            request = MessageToDict(ExportTraceServiceRequest.FromString(body), use_integers_for_enums=True)
            for resource in request.get("resourceSpans", []):
                for scope in resource["scopeSpans"]:
                    scope["spans"] = [hexadecimal(span) for span in scope["spans"]]
            self.write("traces.jsonl", [request])
        else:
            payloads = json.loads(body)
            self.write("payloads.jsonl", payloads if isinstance(payloads, list) else [payloads])
        self.answer()

    def write(self, name, records):
        with open(os.path.join(FOLDER, name), "a") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)

    def answer(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
