ls /nowhere; or exit $status
