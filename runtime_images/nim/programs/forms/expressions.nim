import re

echo "no".replace(re"n(o)", "$1k".replace("$1", "o"))
