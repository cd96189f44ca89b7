set -e
ls /nowhere
