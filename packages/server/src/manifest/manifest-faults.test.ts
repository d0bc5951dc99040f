/** What Slack does not accept is said before Slack says it; the simulator, which checks as Slack does, agrees. */
import { describe, expect, it } from 'vitest';
import type { BotServer } from '../bot-server.ts';
import { declarationsOf } from './bot-declarations.ts';
import { type Manifest, manifestFor } from './manifest.ts';
import { checkManifest } from './manifest-check.ts';
import { manifestFaults, namesInBot, namesInFile } from './manifest-faults.ts';

async function manifestOf(setUp: (context: BotServer) => void, name = 'Tickets'): Promise<Manifest> {
  const config = {
    slackScopes: ['chat:write'],
    slackUserScopes: [],
    slackTransport: 'http' as const,
    slackPkce: false,
    publicUrl: 'https://bot.example.com',
  };
  return manifestFor({ name, config, declared: await declarationsOf(setUp), methods: [] });
}

const problemsOf = (manifest: unknown) => manifestFaults(manifest, namesInBot).map(({ problem }) => problem);

describe('what Slack refuses', () => {
  it('is a command without a slash, by its listener', async () => {
    const manifest = await manifestOf(({ bot }) => bot.command('kenny', async () => {}));
    expect(problemsOf(manifest)).toEqual(['bot.command("kenny"): a command must begin with a slash: "/kenny"']);
    expect(manifestFaults(manifest, namesInFile).map(({ problem }) => problem)).toEqual([
      'kenny: a command must begin with a slash: "/kenny"',
    ]);
  });

  it.each([
    [150, 0],
    [151, 1],
    [255, 1],
    [256, 2],
  ])('is a shortcut with a callback id of %i characters, in %i ways', async (length, faults) => {
    const manifest = await manifestOf(({ bot }) => bot.shortcut('x'.repeat(length), async () => {}));
    const problems = problemsOf(manifest);
    expect(problems).toHaveLength(faults);
    for (const problem of problems) expect(problem).toMatch(/^bot\.shortcut\("x+…"\): its .*Slack takes at most \d+$/);
  });

  it('is a name or a description of the app that is too long', async () => {
    const manifest = await manifestOf(() => {}, 'n'.repeat(36));
    manifest.display_information.description = 'd'.repeat(141);
    expect(problemsOf(manifest)).toEqual([
      'the name of the app has 36 characters, and Slack takes at most 35',
      'the description of the app has 141 characters, and Slack takes at most 140',
    ]);
  });

  it.each([[null], ['a text'], [{ features: { slash_commands: [null, 7], shortcuts: 'x' }, display_information: 7 }]])(
    'is nothing in %j, which has another shape',
    (manifest) => expect(manifestFaults(manifest, namesInFile)).toEqual([]),
  );
});

describe('steps of workflows', () => {
  const steps = ({ bot }: BotServer) => {
    bot.function('fn_step', async () => {});
    bot.function('other', async () => {});
    bot.function('fn_step', async () => {});
  };

  it('are functions of the manifest, which only an app for whole organizations may have', async () => {
    const { functions, settings } = await manifestOf(steps);
    expect(functions).toEqual({
      fn_step: { title: 'Fn step', description: 'Fn step', input_parameters: {}, output_parameters: {} },
      other: { title: 'Other', description: 'Other', input_parameters: {}, output_parameters: {} },
    });
    expect(settings).toMatchObject({ org_deploy_enabled: true, function_runtime: 'remote' });
    expect(settings.event_subscriptions.bot_events).toContain('function_executed');
    const without = await manifestOf(() => {});
    expect([without.functions, without.settings.org_deploy_enabled]).toEqual([undefined, false]);
  });

  it('are missed by the check', async () => {
    const needed = await manifestOf(steps);
    expect(checkManifest(needed, needed)).toEqual([]);
    const exported = structuredClone(needed);
    delete exported.functions?.fn_step;
    exported.settings.org_deploy_enabled = false;
    expect(checkManifest(exported, needed).map(({ at, problem }) => `${at} ${problem}`)).toEqual([
      '/settings/org_deploy_enabled must be true; it is false',
      '/functions fn_step is missing',
    ]);
  });
});
