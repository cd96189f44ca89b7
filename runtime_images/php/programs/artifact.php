<?php
file_put_contents(getenv("ARTIFACTS_DIR") . "/result.txt", "made");
echo "ok\n";
