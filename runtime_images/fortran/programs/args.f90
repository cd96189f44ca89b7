program main
  implicit none
  character(len=200) :: argument
  integer :: i
  do i = 1, command_argument_count()
    call get_command_argument(i, argument)
    print '(2a)', 'arg ', trim(argument)
  end do
end program main
