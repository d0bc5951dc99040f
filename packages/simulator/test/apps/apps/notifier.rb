# Alerts by the notifiers that Debian has for Ruby: an incoming webhook, a message with an attachment.
require 'slack-notifier'

def step(what, response)
  puts "#{response.code == '200' ? 'ok' : 'failed'} #{what}"
end

notifier = Slack::Notifier.new(ENV.fetch('SLACK_WEBHOOK_URL'))
step 'a line with a link', notifier.ping('deployed [docs](https://example.com)')
step 'an attachment', notifier.ping('build', attachments: [{ fallback: 'red', text: 'red', color: 'danger' }])
puts 'ready'
