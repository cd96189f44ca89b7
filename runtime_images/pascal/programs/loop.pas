program Main;
begin
  WriteLn('looping');
  while True do
    ;
end.
