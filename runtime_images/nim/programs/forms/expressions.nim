import re

echo "no".replace(re"n(o)", "ok")
