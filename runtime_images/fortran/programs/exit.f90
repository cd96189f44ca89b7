program main
  stop 3
end program main
