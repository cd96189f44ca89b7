<?php
while (($line = fgets(STDIN)) !== false) {
    echo "got ", rtrim($line, "\n"), "\n";
}
