function answer = double_of(x)
  answer = 2 * x;
end

if double_of(21) == 42
  disp('ok');
end
