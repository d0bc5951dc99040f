/**
 * The files of deploy/, as far as a machine without a container engine can check them: they parse, they name settings and paths that
 * the server knows, ports and periods agree, and the image is built and run as it should be. packages/server/test/packed.test.ts runs
 * the image's commands on the packed server.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { REST_MS } from '../packages/server/src/cli/server-process.ts';
import { GRACE_MS } from '../packages/server/src/cli/start-command.ts';
import { configFromEnvironment, parseConfig } from '../packages/server/src/config/config.ts';
import { instructionsOf } from './dockerfile.ts';

const FOLDER = join(import.meta.dirname, '../deploy');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const port = parseConfig({}).port;
const stopSeconds = (GRACE_MS + REST_MS) / 1_000;

/** Whether the server reads it from the environment. */
function isSetting(name: string): boolean {
  return Object.keys(configFromEnvironment({ [name]: 'x' })).length === 1;
}

describe.each(['Dockerfile', 'image/Dockerfile'])('%s', (file) => {
  const instructions = instructionsOf(read(file));
  const valuesOf = (name: string) => instructions.flatMap((one) => (one.name === name ? [one.value] : []));

  it('begins with an image of a known version that has a Node new enough', () => {
    const { engines } = JSON.parse(readFileSync(join(FOLDER, '../packages/server/package.json'), 'utf8')) as {
      engines: { node: string };
    };
    const [, major] = /^node:(\d+)-\w+-slim$/.exec(valuesOf('FROM').join()) ?? [];
    expect(Number(major)).toBeGreaterThan(Number(/\d+/.exec(engines.node)?.[0]));
  });

  it('runs the server itself, not as root and without a shell before it', () => {
    expect(valuesOf('USER')).toEqual(['node']);
    const names = instructions.map(({ name }) => name);
    expect(names.indexOf('USER')).toBeLessThan(names.indexOf('ENTRYPOINT'));
    for (const name of ['ENTRYPOINT', 'CMD']) expect(JSON.parse(valuesOf(name).join())).toEqual(expect.any(Array));
    expect(names).not.toContain('ADD');
  });

  it('listens where it says, and asks the process for its health', () => {
    expect(valuesOf('EXPOSE')).toEqual([String(port)]);
    expect(valuesOf('HEALTHCHECK').join()).toMatch(new RegExp(`PORT \\|\\| ${port}.*/healthz`));
  });

  it('takes no secrets and no databases into the image', () => {
    expect(read('.dockerignore').split('\n')).toEqual(
      expect.arrayContaining(['.env', 'data', '*.db', '*.key', 'node_modules']),
    );
    for (const value of [...valuesOf('ENV'), ...valuesOf('ARG')]) expect(value).not.toMatch(/SECRET|TOKEN|KEY/);
  });
});

it('a bot needs three lines on top of the image, which runs the bot of its folder as the same user', () => {
  const bot = instructionsOf(read('image/bot.Dockerfile'));
  expect(bot.map(({ name }) => name)).toEqual(['FROM', 'COPY', 'RUN']);
  const image = instructionsOf(read('image/Dockerfile'));
  const of = (name: string) => image.flatMap((one) => (one.name === name ? [one.value] : [])).join();
  expect([of('WORKDIR'), of('CMD')]).toEqual(['/app', '["start", "bot.ts"]']);
  expect(bot[1]?.value).toBe(`--chown=${of('USER')}:${of('USER')} package.json *.ts ./`);
});

interface Compose {
  services: Record<string, { environment?: Record<string, string>; stop_grace_period?: string; image?: string }>;
}

describe('compose.yaml', () => {
  const { services } = parse(read('compose.yaml'), { merge: true }) as Compose;
  const nodes = ['node1', 'node2'].map((name) => services[name]);

  it('has two nodes on one PostgreSQL, with settings that the server knows', () => {
    for (const node of nodes) {
      const settings = Object.keys(node?.environment ?? {});
      expect(settings.filter((name) => !isSetting(name))).toEqual([]);
      expect(settings).toEqual(expect.arrayContaining(['DATABASE_URL', 'ENCRYPTION_KEYS', 'PUBLIC_URL']));
      expect(node?.environment?.DATABASE_URL).toContain('@postgres:5432/');
      expect(Number.parseInt(node?.stop_grace_period ?? '', 10)).toBeGreaterThanOrEqual(stopSeconds);
    }
  });

  it('makes a configuration that the server takes', () => {
    const environment = Object.fromEntries(
      Object.entries(nodes[0]?.environment ?? {}).map(([name, value]) => [name, filled(name, value)]),
    );
    expect(parseConfig(configFromEnvironment(environment))).toMatchObject({ slackTransport: 'http' });
  });

  it('posts to nodes that are ready', () => {
    const caddy = read('Caddyfile');
    expect(caddy).toContain(`reverse_proxy node1:${port} node2:${port}`);
    expect(caddy).toContain('health_uri /readyz');
  });

  it('names a version of each image', () => {
    const images = Object.values(services).flatMap(({ image }) => (image === undefined ? [] : [image]));
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) expect(image).toMatch(/:\d/);
  });
});

/** What a person would put in the place of `${NAME:?}`. */
function filled(name: string, value: string): string {
  const example = name === 'PUBLIC_URL' ? 'https://bot.example.com' : 'a-secret-of-32-characters-or-more';
  return value.replace(/\$\{\w+:\?\}/g, example).replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}

interface Probe {
  httpGet: { path: string; port: string };
}

interface Deployment {
  kind: string;
  spec: {
    minReadySeconds: number;
    strategy: { rollingUpdate: { maxUnavailable: number } };
    template: {
      metadata: { labels: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds: number;
        securityContext: { runAsNonRoot: boolean };
        containers: {
          args: string[];
          ports: { name: string; containerPort: number }[];
          env: { name: string }[];
          readinessProbe: Probe;
          livenessProbe: Probe;
          lifecycle: { preStop: { exec: { command: string[] } } };
        }[];
      };
    };
  };
}

describe('kubernetes.yaml', () => {
  const documents = parseAllDocuments(read('kubernetes.yaml')).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as { kind: string };
  });
  const of = <Kind>(kind: string) => documents.find((one) => one.kind === kind) as Kind;
  const { spec } = of<Deployment>('Deployment');
  const [container] = spec.template.spec.containers;

  it('asks whether a node is ready and whether its process lives, where the server answers', () => {
    expect(container?.ports).toEqual([{ name: 'http', containerPort: port }]);
    expect(container?.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' });
    expect(container?.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
  });

  it('leaves a node the time that it takes to drain, and replaces one after the other', () => {
    const waits = container?.lifecycle.preStop.exec.command.join(' ') ?? '';
    const preStopSeconds = Number(/(\d+)\)$/.exec(waits)?.[1]) / 1_000;
    expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(preStopSeconds + stopSeconds);
    expect(spec.strategy.rollingUpdate.maxUnavailable).toBe(0);
    expect(spec.minReadySeconds).toBeGreaterThan(0);
  });

  it('names settings that the server knows, and runs as nobody in particular', () => {
    const secret = of<{ stringData: Record<string, string> }>('Secret');
    const settings = [...(container?.env ?? []).map(({ name }) => name), ...Object.keys(secret.stringData)];
    expect(settings.filter((name) => !isSetting(name))).toEqual([]);
    expect(spec.template.spec.securityContext.runAsNonRoot).toBe(true);
  });

  it('serves the pods of the deployment', () => {
    const service = of<{ spec: { selector: object; ports: { targetPort: string }[] } }>('Service');
    expect(service.spec.selector).toEqual(spec.template.metadata.labels);
    expect(service.spec.ports[0]?.targetPort).toBe('http');
  });
});

describe('nginx.conf', () => {
  it('leads to the server, and tells it who asks', () => {
    const lines = read('nginx.conf')
      .split('\n')
      .map((line) => line.trim());
    expect(lines).toContain(`proxy_pass http://127.0.0.1:${port};`);
    expect(lines).toContain('proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;');
    // Else nginx would collect what /api/stream sends.
    expect(lines.some((line) => line.startsWith('proxy_buffering off;'))).toBe(true);
    // More than its own default, 1 MiB: an import is up to 4 MiB.
    expect(lines.some((line) => line.startsWith('client_max_body_size 4m;'))).toBe(true);
  });
});

it('has no file that is not checked', () => {
  const known = [
    '.dockerignore',
    'Caddyfile',
    'Dockerfile',
    'bot.ts',
    'compose.yaml',
    'image',
    'kubernetes.yaml',
    'nginx.conf',
    'package.json',
  ];
  expect(readdirSync(FOLDER).toSorted()).toEqual(known);
});
