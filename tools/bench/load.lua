-- Sends the requests of a file in turn; "{n}" becomes a number that comes once, "{w}" the same number
-- in letters, from its end. Arguments: the file
-- of requests (method, path and body by tab), the file of headers, the first number.
local letters = "abcdefghij"
local ready, patterns, at, number = {}, {}, 0, 0

function init(args)
  for line in io.lines(args[2]) do
    local name, value = line:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
  number = tonumber(args[3])
  for line in io.lines(args[1]) do
    local method, path, body = line:match("^(%u+)\t([^\t]*)\t(.*)$")
    if path:find("{n}", 1, true) or body:find("{n}", 1, true) then
      patterns[#patterns + 1] = { method, path, body }
    else
      ready[#ready + 1] = wrk.format(method, path, nil, body ~= "" and body or nil)
    end
  end
  at = #patterns > 0 and math.floor(number) % #patterns or 0 -- each run goes on elsewhere
end

function request()
  at = at + 1
  if #patterns == 0 then
    return ready[(at - 1) % #ready + 1]
  end
  number = number + 1
  local digits = string.format("%.0f", number)
  local word = digits:reverse():gsub("%d", function(digit) return letters:sub(digit + 1, digit + 1) end)
  local method, path, body = unpack(patterns[(at - 1) % #patterns + 1])
  return wrk.format(method, (path:gsub("{n}", digits)), nil, (body:gsub("{n}", digits):gsub("{w}", word)))
end

function done(summary, latency, requests)
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format(
    '\nBENCH {"requests": %d, "seconds": %f, "refused": %d, "lost": %d, "bytes": %d, "p50": %f, "p95": %f, "p99": %f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status, lost, summary.bytes,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
