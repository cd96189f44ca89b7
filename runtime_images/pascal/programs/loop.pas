program Main;
begin
  while True do
    ;
end.
