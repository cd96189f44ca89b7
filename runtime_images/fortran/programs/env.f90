program main
  implicit none
  character(len=200) :: greeting
  call get_environment_variable('GREETING', greeting)
  print '(a)', trim(greeting)
end program main
