program main
  implicit none
  character(len=200) :: folder
  integer :: unit
  call get_environment_variable('ARTIFACTS_DIR', folder)
  open (newunit=unit, file=trim(folder)//'/result.txt')
  write (unit, '(a)') 'made'
  close (unit)
  print '(a)', 'ok'
end program main
