File.write!(Path.join(System.get_env("ARTIFACTS_DIR"), "result.txt"), "made")
IO.puts("ok")
