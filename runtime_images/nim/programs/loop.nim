echo "looping"
while true:
  discard
