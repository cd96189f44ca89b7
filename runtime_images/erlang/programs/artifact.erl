main(_) ->
    ok = file:write_file(filename:join(os:getenv("ARTIFACTS_DIR"), "result.txt"), "made"),
    io:format("ok~n").
