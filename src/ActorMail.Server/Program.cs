System.Console.WriteLine("ActorMail");
