-- wrk's side of the benchmark: sends requests from a file, each once, and prints what came of it as one line of JSON.
-- Arguments: file, bytes of a request, number of the first one, how many there are, "repeat" when they may come twice.

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
  assert(file:seek("set", first * bytes))
end

function request()
  if sent > 0 and sent % count == 0 then
    exhausted = not mayRepeat
    file:seek("set", first * bytes)
  end
  sent = sent + 1
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
