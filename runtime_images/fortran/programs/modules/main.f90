program main
  implicit none
  include 'greeting.inc'
  if (area(3) == 9) print '(2a)', text, ' ok'
contains
  include 'shapes.inc'
end program main
