program main
  implicit none
  character(len=5) :: text(4) = ['the  ', 'quick', 'the  ', 'fox  ']
  character(len=5) :: names(4)
  integer :: counts(4), numbers(5) = [5, 3, 8, 1, 2], used, i

  used = 0
  do i = 1, 4
    call count_word(text(i))
  end do
  call sort_words()
  call sort_numbers()

  print '(a, i0)', 'fib ', fib(10)
  print '(2a)', 'reversed ', backwards('hello')
  print '(a, *(1x, a))', 'words', (trim(names(i))//'='//digits(counts(i)), i = 1, used)
  print '(a, *(1x, i0))', 'sorted', numbers

contains

  recursive function fib(n) result(value)
    integer, intent(in) :: n
    integer :: value
    value = n
    if (n >= 2) value = fib(n - 1) + fib(n - 2)
  end function fib

  recursive function backwards(word) result(reversed)
    character(len=*), intent(in) :: word
    character(len=len(word)) :: reversed
    reversed = word
    if (len(word) > 1) reversed = backwards(word(2:))//word(1:1)
  end function backwards

  function digits(n) result(written)
    integer, intent(in) :: n
    character(len=1) :: written
    write (written, '(i0)') n
  end function digits

  subroutine count_word(word)
    character(len=*), intent(in) :: word
    integer :: place
    place = findloc(names(:used), word, dim=1)
    if (place == 0) then
      used = used + 1
      names(used) = word
      counts(used) = 0
      place = used
    end if
    counts(place) = counts(place) + 1
  end subroutine count_word

  subroutine sort_words()
    integer :: i, j, count
    character(len=5) :: name
    do i = 1, used
      do j = i + 1, used
        if (counts(j) > counts(i) .or. (counts(j) == counts(i) .and. names(j) < names(i))) then
          name = names(i); names(i) = names(j); names(j) = name
          count = counts(i); counts(i) = counts(j); counts(j) = count
        end if
      end do
    end do
  end subroutine sort_words

  subroutine sort_numbers()
    integer :: i, place
    do i = 1, size(numbers)
      place = i - 1 + minloc(numbers(i:), dim=1)
      numbers([i, place]) = numbers([place, i])
    end do
  end subroutine sort_numbers

end program main
