program main
  error stop 'it broke'
end program main
