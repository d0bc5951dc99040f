-- wrk's side of the benchmark: sends requests from a file, each once, and prints what came of it as one line of JSON.
-- Arguments: file, bytes of a request, number of the first one, how many there are, "repeat" when they may come twice; and, when
-- every second request is a known one: the number of the first of those, and how many there are.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  file = assert(io.open(args[1], "rb"))
  bytes = tonumber(args[2])
  first = tonumber(args[3])
  count = tonumber(args[4])
  mayRepeat = args[5] == "repeat"
  sent = 0
  fresh = 0
  knownFirst = tonumber(args[6])
  knownCount = tonumber(args[7])
  if knownFirst then
    known = assert(io.open(args[1], "rb"))
    again = 0
  end
  assert(file:seek("set", first * bytes))
end

function request()
  sent = sent + 1
  if known and sent % 2 == 0 then
    if again % knownCount == 0 then known:seek("set", knownFirst * bytes) end
    again = again + 1
    return known:read(bytes)
  end
  if fresh > 0 and fresh % count == 0 then
    exhausted = not mayRepeat
    file:seek("set", first * bytes)
  end
  fresh = fresh + 1
  return file:read(bytes)
end

function done(summary, latency)
  local thread = threads[1]
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  print(string.format(
    '\n{"requests":%d,"durationMs":%.3f,"p50Ms":%.3f,"p99Ms":%.3f,"failed":%d,"sent":%d,"isExhausted":%s,"cpuMs":%.0f}',
    summary.requests, summary.duration / 1000, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    failed, thread:get("sent"), tostring(thread:get("exhausted") or false), os.clock() * 1000))
end
