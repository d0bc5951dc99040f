// Scripts of a hubot that is as it comes from npm.
export default (robot) => {
  process.stdout.write('ready\n');
  robot.respond(/ping$/i, async (res) => {
    await res.send('PONG');
  });
  robot.hear(/badger/i, async (res) => {
    await res.reply('Badgers? We do not need no stinking badgers');
  });
};
