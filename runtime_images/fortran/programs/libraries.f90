program main
  implicit none
  double precision :: a(2, 2) = reshape([2d0, 1d0, 1d0, 3d0], [2, 2]), b(2) = [3d0, 5d0]
  double precision, external :: ddot
  integer :: pivots(2), info
  call dgesv(2, 1, a, 2, pivots, b, 2, info)
  if (info /= 0 .or. abs(b(1) - 0.8d0) > 1d-9) error stop 'lapack'
  if (abs(ddot(2, b, 1, b, 1) - 2.6d0) > 1d-9) error stop 'blas'
  print '(a)', 'ok'
end program main
