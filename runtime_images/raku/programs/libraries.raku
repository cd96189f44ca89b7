use JSON::Fast;

die unless from-json(q[{"a": [1, 2]}])<a>[1] == 2;
say "ok";
