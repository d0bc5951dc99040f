/** What `npm run bench -- --help` prints. */
import { faultKinds } from './chaos/evidence.ts';
import { clusterParts } from './cluster/evidence.ts';

export const usage = `usage: npm run bench -- <benchmark> [options]

  connections       memory, connecting and reconnecting of many RTM teams, against @slack/rtm-api and a plain client
    --teams N       how many teams are connected (default 1000; with --quick 100)

  intake            signed events per second over HTTP, stored and handled, against Bolt and a plain server
    --store S       sqlite, postgres or both (default both; with --quick sqlite)
    --ids N         ids of handled events that the inbox remembers (default 1000000; with --quick 0)
    --seconds N     how long each measurement takes (default 2; with --quick 1)

  both
    --rounds N      how often each contender is measured (default 3; with --quick 1)
    --quick         a small run: shows that everything works, proves nothing
    --json          one JSON document in place of the table

  crash             kills the server under load and counts events that were lost or handled again; exits with 1 if there are
    --kills N       how often it is killed on each store (default 20)
    --store S       sqlite, postgres or both (default both)

  fairness          what a team with many waiting events does to the others' time from request to listener
    --backlog N     events that wait (default 100000)
    --rounds N      how often it is measured (default 3)

  attack            what strangers and misbehaving teams do to twenty others; exits with 1 if those notice
    --seconds N     how long each attack takes (default 4)
    --store S       sqlite, postgres or both (default both)

  start             import and start of a server with many installations, and its memory; exits with 1 if a goal is missed
    --teams N       installations (default 100000)
    --rounds N      how often the server is started on each store (default 3)
    --store S       sqlite, postgres or both (default both)

  admin             what operators ask of many installations while events arrive, and what that does to the events; exits with 1 if
                    a goal is missed
    --teams N       installations (default 100000), each with ten rows of timeline
    --rate N        events per second (default 5000)
    --seconds N     how long each measurement takes (default 20)
    --rounds N      how often each is made (default 3)
    --store S       sqlite, postgres or both (default both)

  chaos             a cluster under load while nodes, databases, networks and Slack fail by a plan made of a seed; exits with 1
                    when a promise broke
    --minutes N     how long on each transport (default 10)
    --seed S        which plan (default: one that is printed)
    --transport A,B http, socket, rtm (default http,rtm)
    --nodes N       how many servers (default 3)
    --teams N       how many teams (default 2000)
    --rate N        messages per second that people write (default 40)
    --faults A,B    only these: ${faultKinds.join(', ')}
    --keep DIR      keeps the nodes' logs, the listeners' files and the evidence there

  observability     what metrics and traces cost in handled events per second; exits with 1 if a goal is missed
    --rounds N      how often each is measured (default 5)
    --seconds N     how long each measurement takes (default 5)

  cluster           three nodes on one PostgreSQL: failover, rebalance, latency from node to node, throughput, rolling restart;
                    exits with 1 when an event was lost or handled twice
    --teams N       how many teams (default 300; with --quick 30)
    --rounds N      how often each is measured (default 3; with --quick 1)
    --only A,B      only these parts: ${clusterParts.join(', ')}
    --quick         a small run: shows that everything works, proves nothing
    --json          one JSON document in place of the tables

  commands          finding the command of a message in a table of 200, in microseconds; exits with 1 if the goal is missed
    --rounds N      how often it is measured (default 3)

  gamebot           examples/gamebot on PostgreSQL, on one process and on three: memory, from a command to its answer, calls of Slack, and
                    the same across a kill -9; exits with 1 when a command was lost or a match counted twice
    --teams N       teams that play (default 1000; with --quick 12)
    --quick         a small run: shows that everything works, proves nothing

  --help            this text`;
