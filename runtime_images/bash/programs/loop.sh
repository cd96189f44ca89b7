echo looping
while :; do :; done
