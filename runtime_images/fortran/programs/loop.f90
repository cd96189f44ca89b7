program main
  do
  end do
end program main
