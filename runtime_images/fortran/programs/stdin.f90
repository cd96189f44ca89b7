program main
  implicit none
  character(len=200) :: line
  integer :: status
  do
    read (*, '(a)', iostat=status) line
    if (status /= 0) exit
    print '(2a)', 'got ', trim(line)
  end do
end program main
