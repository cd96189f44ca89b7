program Main;
uses
  Greeting, Shapes;
begin
  if Area(3) = 9 then
    WriteLn(Message, ' ok');
end.
