import { expect, it } from 'vitest';
import { completeProgram } from './program.ts';
import { widthOf } from './table-widths.ts';

it.each([40, 80, 200])('no line of the help is wider than a terminal of %i cells', async (columns) => {
  const program = await completeProgram();
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    const help = command.createHelp();
    help.prepareContext({ helpWidth: columns });
    const [_usage, ...lines] = help.formatHelp(command, help).split('\n');
    expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
  }
});

it('an explanation stands below what it explains where no column is left for it', async () => {
  const program = await completeProgram();
  const help = program.createHelp();
  help.prepareContext({ helpWidth: 40 });
  expect(help.formatHelp(program, help)).toContain(
    '\n  broadcast\n      post a message to many teams, and\n      show the progress\n',
  );
});
