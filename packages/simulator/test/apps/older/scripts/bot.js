// Scripts of a hubot of 2019 with Slack's own adapter.
module.exports = (robot) => {
  robot.respond(/ping$/i, (res) => res.send('PONG'));
  robot.hear(/badger/i, (res) => res.reply('no stinking badgers'));
  robot.enter((res) => res.send(`welcome ${res.message.user.name}`));
  robot.hearReaction((res) => res.send(`saw ${res.message.reaction} ${res.message.type}`));
  process.stdout.write('ready\n');
};
