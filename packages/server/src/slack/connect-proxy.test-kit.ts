/** A real HTTP proxy for tests: CONNECT alone, with a log of who went where and with which first line. */
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  url: string;
  /** Where to, in the order of asking: "host:port". */
  asked: string[];
  /** First lines of what went through in the clear: "POST /api/rtm.connect HTTP/1.1". */
  lines: string[];
  /** Ends every tunnel, so that who speaks next has to ask for one. */
  cut(): void;
  close(): void;
}

export interface ConnectProxyOptions {
  /** "user:password" that it asks for. */
  credentials?: string;
  /** Answers every CONNECT so instead. */
  status?: number;
  /** Answers no CONNECT at all. */
  isMute?: boolean;
  /** When a CONNECT is answered, by how many were asked for before it. @defaultValue at once */
  mayConnect?: (asked: number) => Promise<void> | undefined;
}

/** Starts one on a free port. Whatever name is asked for leads to this machine. */
export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  const lines: string[] = [];
  const server: Server = createServer((_request, response) => void response.writeHead(405).end());
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', ({ url = '', headers }, client: Socket) => {
    asked.push(url);
    client.on('error', () => {});
    if (options.isMute) return;
    const wanted = options.credentials && `Basic ${Buffer.from(options.credentials).toString('base64')}`;
    const status = options.status ?? (headers['proxy-authorization'] === wanted ? 200 : 407);
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const mayConnect = options.mayConnect?.(asked.length - 1);
    const upstream = connect(Number(url.split(':').at(-1)), '127.0.0.1', () => {
      void Promise.resolve(mayConnect).then(() => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.once('data', (data) => lines.push(data.toString('latin1').split('\r\n')[0] ?? ''));
        client.pipe(upstream).pipe(client);
      });
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
    sockets.add(upstream);
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const auth = options.credentials ? `${options.credentials}@` : '';
  return {
    url: `http://${auth}127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    lines,
    cut,
    close() {
      cut();
      server.close();
    },
  };
}

/** Of slack.test, signed by itself; for nothing but tests. */
export const testCertificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBmDCCAT6gAwIBAgIUB3C3gF8sTtikca3e717cC13KvLcwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKc2xhY2sudGVzdDAgFw0yNjExMjgwNTQwMzdaGA8yMTI2MTEw
NDA1NDAzN1owFTETMBEGA1UEAwwKc2xhY2sudGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABGiucE84jKi+kEqxt+sIwwrBdS9RE/zcK5zzGvPrMgiBQsuG7pvf
L11TpVvAtOa8CnRwdT8kFyYC2pXygCpszwOjajBoMB0GA1UdDgQWBBRGCIpfwS71
CizSh2OM5AFgeFvPmDAfBgNVHSMEGDAWgBRGCIpfwS71CizSh2OM5AFgeFvPmDAP
BgNVHRMBAf8EBTADAQH/MBUGA1UdEQQOMAyCCnNsYWNrLnRlc3QwCgYIKoZIzj0E
AwIDSAAwRQIgZrpiS3BkN45z3ocrCUwBr6d8wPOy76jBRA/MjzksFE8CIQCDOJcx
80tlulZtfggoWRBXd+KaDpRvzU3e1Lb99ln3Iw==
-----END CERTIFICATE-----`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNaAaKmonwlX5Bqzc
OpIm46gUeooc14Wx9fQeGwutDMGhRANCAARornBPOIyovpBKsbfrCMMKwXUvURP8
3Cuc8xrz6zIIgULLhu6b3y9dU6VbwLTmvAp0cHU/JBcmAtqV8oAqbM8D
-----END PRIVATE KEY-----`,
};
