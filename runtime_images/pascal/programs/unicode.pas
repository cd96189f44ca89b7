program Main;
begin
  WriteLn('Grüße, 世界 🌍');
end.
