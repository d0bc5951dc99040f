/**
 * `node --import slack-simulator/redirect app.js`: sends what an app sends to slack.com to the simulator at SLACK_SIMULATOR_URL
 * (default http://127.0.0.1:4400), for apps that have no setting for the base URL. Covers node:https, fetch and what is built on
 * them; sockets follow, because their URLs come from the simulator. This file runs inside the app and imports nothing of ours.
 */
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const simulator = new URL(process.env.SLACK_SIMULATOR_URL ?? 'http://127.0.0.1:4400');
const isOfSlack = (host: string | null | undefined) => /^([\w-]+\.)?slack\.com$/.test(host ?? '');

/** An app may give the URL, the options, or both. */
function redirected(original: typeof https.request): typeof https.request {
  const request = (...given: unknown[]) => {
    const [first, second] = given;
    const url = typeof first === 'string' || first instanceof URL ? new URL(first) : undefined;
    const options = (url ? second : first) as https.RequestOptions | undefined;
    const asked = { ...urlOptions(url), ...(typeof options === 'object' ? options : undefined) };
    const { hostname = asked.host?.replace(/:\d+$/, '') } = asked;
    if (!isOfSlack(hostname)) return Reflect.apply(original, https, given) as http.ClientRequest;
    const { protocol: _protocol, agent: _agent, host: _host, headers, ...rest } = asked;
    const there = simulator.protocol === 'https:' ? https : http;
    const send = there === https ? original : http.request;
    const callback = given.find((one) => typeof one === 'function') as
      | ((response: http.IncomingMessage) => void)
      | undefined;
    return send(
      {
        ...rest,
        protocol: simulator.protocol,
        hostname: simulator.hostname,
        port: simulator.port,
        headers: { ...(headers as http.OutgoingHttpHeaders | undefined), host: simulator.host },
      },
      callback,
    );
  };
  return request as typeof https.request;
}

function urlOptions(url: URL | undefined): https.RequestOptions {
  if (!url) return {};
  return { hostname: url.hostname, port: url.port, path: url.pathname + url.search };
}

https.request = redirected(https.request);
https.get = ((...given: Parameters<typeof https.get>) => {
  const request = https.request(...given);
  request.end();
  return request;
}) as typeof https.get;
syncBuiltinESMExports();

const { fetch } = globalThis;
globalThis.fetch = (input, init) => {
  const url = URL.parse(input instanceof Request ? input.url : String(input));
  if (!url || !isOfSlack(url.hostname)) return fetch(input, init);
  const there = new URL(url.pathname + url.search, simulator);
  return fetch(input instanceof Request ? new Request(there, input) : there, init);
};
