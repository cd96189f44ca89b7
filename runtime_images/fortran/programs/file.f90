program main
  implicit none
  character(len=200) :: line
  integer :: status, unit
  open (newunit=unit, file='data.txt', status='old')
  do
    read (unit, '(a)', iostat=status) line
    if (status /= 0) exit
    print '(a)', trim(line)
  end do
end program main
