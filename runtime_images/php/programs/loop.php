<?php
echo "looping\n";
while (true) {
}
