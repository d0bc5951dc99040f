"""A bot in Python without an SDK: Slack posts events to /slack/events, the bot checks the signature and answers "hello"."""
import hashlib
import hmac
import json
import os
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

API = os.environ.get("SLACK_API_URL", "https://slack.com/api/")


def call(method, **fields):
    headers = {
        "Authorization": "Bearer " + os.environ["SLACK_BOT_TOKEN"],
        "Content-Type": "application/json; charset=utf-8",
    }
    request = urllib.request.Request(API + method, json.dumps(fields).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def is_signed(headers, body):
    sent_at = headers.get("X-Slack-Request-Timestamp", "0")
    if abs(time.time() - int(sent_at)) > 300:
        return False
    secret = os.environ["SLACK_SIGNING_SECRET"].encode()
    expected = "v0=" + hmac.new(secret, f"v0:{sent_at}:".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, headers.get("X-Slack-Signature", ""))


class Events(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not is_signed(self.headers, body):
            return self.answer(401)
        payload = json.loads(body)
        self.answer(200, payload.get("challenge", ""))  # within 3 s, before the work
        event = payload.get("event", {})
        if event.get("type") == "message" and "bot_id" not in event and "hello" in event.get("text", ""):
            call("chat.postMessage", channel=event["channel"], text=f"Hello <@{event['user']}>, from Python")

    def answer(self, status, text=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())
        self.wfile.flush()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Events)
print("ready", flush=True)
server.serve_forever()
