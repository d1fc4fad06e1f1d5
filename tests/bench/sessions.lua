-- SPDX-License-Identifier: Apache-2.0
-- For wrk: requests by many people in turn. Arguments: the host, and a file with a Cookie header's value per line.
local requests, turn = {}, 0

function init(args)
    for cookie in io.lines(args[2]) do
        requests[#requests + 1] = wrk.format("GET", nil, { Host = args[1], Cookie = cookie })
    end
end

function request()
    turn = turn % #requests + 1
    return requests[turn]
end
