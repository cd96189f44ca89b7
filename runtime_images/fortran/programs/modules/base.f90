module base  ! its name comes before that of the module it uses
  use, intrinsic :: iso_fortran_env, only: output_unit
  use greeting, only: text
  implicit none
contains
  subroutine tell()
    write (output_unit, '(2a)') text, ' ok'
  end subroutine tell
end module base
