program main
  print '(a)', 'looping'
  do
  end do
end program main
