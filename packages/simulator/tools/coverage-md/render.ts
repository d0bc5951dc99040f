/** COVERAGE.md as text, from what the folders of src declare about themselves and from the names that Slack documents. */
import type { CoverageTable, Covered } from '../../src/coverage.test-data.ts';
import { eventCoverage } from '../../src/deliveries/coverage.test-data.ts';
import { interactivityCoverage } from '../../src/interactivity/coverage.test-data.ts';
import { rtmCoverage } from '../../src/rtm/coverage.test-data.ts';
import { socketModeCoverage } from '../../src/socket-mode/coverage.test-data.ts';
import { methodCoverage } from '../../src/web-api/methods/coverage.test-data.ts';
import { eventsOfMethods, silentMethods } from '../../src/web-api/methods/method-events.test-data.ts';
import { documentedEvents, documentedMethods, documentedRtmFrames } from './documented-names.ts';

/** A part of the document. */
export interface Section {
  readonly title: string;
  readonly about: string;
  readonly covered: CoverageTable;
  /** What Slack has; names that are not covered are absent. */
  readonly documented: readonly string[];
  /** How others learn of it. */
  readonly told?: (name: string) => string;
}

export const sections: readonly Section[] = [
  {
    title: 'Web API methods',
    about:
      'A method that is absent answers `unknown_method`, as do all of `admin.*`. What Slack retired (`files.upload`, `channels.*`, `groups.*`, `im.*`, `mpim.*`) answers `method_deprecated`.',
    covered: methodCoverage,
    documented: documentedMethods,
    told: toldAs,
  },
  {
    title: 'Events',
    about: 'Over HTTP and Socket Mode; those that are not about one app also reach RTM. `message:…` is a subtype.',
    covered: eventCoverage,
    documented: documentedEvents,
  },
  {
    title: 'RTM frames',
    about: '`→` is what a client writes, `←` what it gets besides the events above.',
    covered: rtmCoverage,
    documented: documentedRtmFrames,
  },
  {
    title: 'Socket Mode',
    about: '',
    covered: socketModeCoverage,
    documented: [],
  },
  {
    title: 'Interactivity',
    about: '',
    covered: interactivityCoverage,
    documented: ['dialog_submission', 'dialog_suggestion', 'workflow_step_edit', 'block_suggestion'],
  },
];

/** The whole document. */
export function renderCoverage(): string {
  const head = `# What the simulator covers

Made from the code by \`npm run coverage --workspace slack-simulator\`; a test compares. **supported**: the named test shows the change of
state that it causes, and [a run through every method](test/every-method.test.ts) hears the events that tell of it. **partial**: what is
missing is said. **absent**: not there.

| part | supported | partial | absent |
| --- | --- | --- | --- |
${sections.map(sumOf).join('\n')}
`;
  return `${head}\n${sections.map(renderSection).join('\n')}`;
}

function sumOf(section: Section): string {
  const all = Object.values(section.covered);
  const partial = all.filter(({ missing }) => missing !== undefined).length;
  return `| ${section.title} | ${all.length - partial} | ${partial} | ${absent(section).length} |`;
}

function renderSection(section: Section): string {
  const rows = Object.entries(section.covered).map(
    ([name, covered]) =>
      `| \`${name}\` | ${stateOf(covered)} | ${shownBy(covered)} |${section.told ? ` ${section.told(name)} |` : ''}`,
  );
  const missing = absent(section).map((name) => `\`${name}\``);
  return [
    `## ${section.title}`,
    '',
    ...(section.about === '' ? [] : [section.about, '']),
    `| name | state | shown by |${section.told ? ' told as |' : ''}`,
    `| --- | --- | --- |${section.told ? ' --- |' : ''}`,
    ...rows,
    '',
    ...(missing.length === 0 ? [] : [`Absent: ${missing.join(', ')}.`, '']),
  ].join('\n');
}

function absent({ covered, documented }: Section): string[] {
  return documented.filter((name) => !(name in covered));
}

function stateOf({ missing }: Covered): string {
  return missing === undefined ? 'supported' : `partial: ${missing}`;
}

function shownBy({ test }: Covered): string {
  const [file = '', title = ''] = test.split(' › ');
  return `[${title.replaceAll('|', '\\|')}](${file})`;
}

function toldAs(method: string): string {
  const events = eventsOfMethods[method]?.split(' ').map((event) => `\`${event}\``);
  const [why = ''] = Object.entries(silentMethods).find(([, names]) => names.split(/\s+/).includes(method)) ?? [];
  return events?.join(', ') ?? why;
}
