program main
  print '(a)', 'Grüße, 世界 🌍'
end program main
